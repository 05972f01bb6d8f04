/** A resource of a compiled template. */
export interface CompiledResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** A template of CloudFormation, as `serverless package` compiles it. */
export interface CompiledTemplate {
  readonly Resources: Readonly<Record<string, CompiledResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}
