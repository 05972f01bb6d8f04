/** Turns names into names of a plan: lower-case letters, digits and single hyphens, short, and each once. */
export function slugs(names: readonly string[], longest: number): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '');
    const base = plain === '' ? 'wave' : plain;
    let slug = trimmed(base, longest);
    for (let n = 2; taken.has(slug); n += 1) {
      slug = `${trimmed(base, longest - String(n).length - 1)}-${n}`;
    }
    taken.add(slug);
    return slug;
  });
}

function trimmed(slug: string, longest: number): string {
  return slug.slice(0, longest).replace(/-+$/, '');
}
