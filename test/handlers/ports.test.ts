import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { handlerPorts } from './_reach.ts';

const files = readdirSync('src/handlers')
  .filter((file) => !file.startsWith('_'))
  .map((file) => `src/handlers/${file}`);

test('every handler names exactly the ports that its verb can reach', () => {
  const ports = handlerPorts(files);
  expect(files.map((file, n) => ({ file, ports: ports[n]?.named }))).toEqual(
    files.map((file, n) => ({ file, ports: ports[n]?.reached })),
  );
}, 120_000);
