/** Does something for each of many, a few at a time; the answers come in the order of the things. */
export async function sideBySide<T, R>(
  things: readonly T[],
  act: (thing: T) => Promise<R>,
  atOnce = 5,
): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let start = 0; start < things.length; start += atOnce) {
    answers.push(...(await Promise.all(things.slice(start, start + atOnce).map(act))));
  }
  return answers;
}
