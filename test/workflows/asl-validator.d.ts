declare module 'asl-validator' {
  /** Validates a definition, and writes its defaults into it. */
  export default function validate(definition: object): {
    readonly isValid: boolean;
    readonly errorsText: (separator?: string) => string;
  };
}
