/** The version of the forms that persons write: of plans, and of launch configurations. */
export const planApiVersion = 'landfall/v1';
