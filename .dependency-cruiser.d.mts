/** The stages of the core, in the order of the story. */
export declare const stages: readonly string[];
