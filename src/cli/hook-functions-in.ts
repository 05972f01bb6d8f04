/**
 * Reads which functions hooks of plans may call, as a stage says it: a list, `none` where hooks only probe. Undefined where
 * it lets plans have no hooks.
 */
export function hookFunctionsIn(text: string): readonly string[] | undefined {
  if (text === '') return undefined;
  return text === 'none' ? [] : text.split(',');
}
