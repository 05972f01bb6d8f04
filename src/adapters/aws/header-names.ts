/** Writes the names of headers in lower case, as Node's HTTP does; the values stay as they are. */
export function withLowerCasedNames(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
