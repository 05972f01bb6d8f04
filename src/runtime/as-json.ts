/** Answers a value as it comes out of JSON text, which is what crosses into a function or out of it on AWS. */
export function asJson(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}
