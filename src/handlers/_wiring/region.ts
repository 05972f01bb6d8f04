import * as z from 'zod';

/** What every part reads that speaks to AWS in the Region of its function. */
export const region = { AWS_REGION: z.string().min(1) };
