/**
 * Names servers as `ACCOUNT/REGION/SERVER`, one text for each: logs of polls name the same servers
 * millions of times.
 */
export class ServerKeys {
  readonly #byTarget = new Map<string, Map<string, string>>();
  readonly #byId = new Map<string, string | 'ambiguous'>();

  /** The key of a server whose account and Region are known. */
  of(accountId: string, region: string, id: string): string {
    return this.within(accountId, region)(id);
  }

  /** The keys of one target's servers. */
  within(accountId: string, region: string): (id: string) => string {
    const target = `${accountId}/${region}`;
    const keys = this.#byTarget.get(target) ?? new Map<string, string>();
    this.#byTarget.set(target, keys);
    return (id) => {
      const known = keys.get(id);
      if (known !== undefined) return known;
      const key = `${target}/${id}`;
      keys.set(id, key);
      this.#byId.set(id, this.#byId.has(id) ? 'ambiguous' : key);
      return key;
    };
  }

  /** The key of a server by its id alone; `?/?/SERVER` where no target or more than one has it. */
  byId(id: string): string {
    const key = this.#byId.get(id);
    return key === undefined || key === 'ambiguous' ? `?/?/${id}` : key;
  }

  /** How many servers the logs name in a target, `ACCOUNT/REGION`. */
  count(target: string): number {
    return this.#byTarget.get(target)?.size ?? 0;
  }
}
