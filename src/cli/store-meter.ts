import type { Ports, Store } from '../flow/ports.ts';

/** How often a store was asked; what DynamoDB bills by. */
export interface StoreUse {
  /** Items that were read, and reads that found none. */
  readonly reads: number;
  /** Writes and deletes, refused ones too. */
  readonly writes: number;
}

/** Counts what goes to a store, and changes nothing of it. */
export class StoreMeter {
  #reads = 0;
  #writes = 0;

  /** What was counted so far. */
  get use(): StoreUse {
    return { reads: this.#reads, writes: this.#writes };
  }

  /** Answers the same ports, with the store's calls counted. */
  metered(ports: Ports): Ports {
    const { store } = ports;
    const counted: Store = {
      get: (partition, sort) => {
        this.#reads += 1;
        return store.get(partition, sort);
      },
      getMany: async (partition, sorts) => {
        const items = await store.getMany(partition, sorts);
        this.#reads += sorts.length;
        return items;
      },
      list: async (partition, prefix) => {
        const items = await store.list(partition, prefix);
        this.#reads += Math.max(1, items.length);
        return items;
      },
      put: (...write) => {
        this.#writes += 1;
        return store.put(...write);
      },
      delete: (...write) => {
        this.#writes += 1;
        return store.delete(...write);
      },
    };
    return { ...ports, store: counted };
  }
}
