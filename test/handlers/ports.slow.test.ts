import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { functionGrants } from '../../deploy/grants.ts';
import { handlerPorts } from './_reach.ts';

const files = readdirSync('src/handlers')
  .filter((file) => !file.startsWith('_'))
  .map((file) => `src/handlers/${file}`);
const ports = handlerPorts(files);

test('every handler names exactly the ports that its verb can reach', () => {
  expect(files.map((file, n) => ({ file, ports: ports[n]?.named }))).toEqual(
    files.map((file, n) => ({ file, ports: ports[n]?.reached })),
  );
});

test('every function is granted the services whose ports its handler names, and no other', () => {
  const services = {
    store: 'dynamodb',
    bus: 'events',
    workflows: 'states',
    serviceOf: 'mgn',
    settingsOf: 'mgn',
    drsOf: 'drs',
    drsSettingsOf: 'drs',
    hooks: 'lambda',
  };
  const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const all = [...new Set(Object.values(services))];
  const rows = Object.entries(functionGrants).map(([name, grants]) => {
    const named = ports[files.indexOf(`src/handlers/${kebab(name)}.ts`)]?.named ?? [];
    const asked = Object.entries(services).filter(([port]) => named.includes(port));
    // The interfaces of a function in a VPC are Lambda's own business.
    const actions = grants
      .filter(({ on }) => on !== 'hookInterfaces')
      .flatMap((one) => one.actions);
    const granted = new Set(actions.map((action) => String(action.split(':')[0])));
    // EC2 is asked through the same port as MGN.
    if (granted.has('ec2')) granted.add('mgn');
    return {
      name,
      asked: [...new Set(asked.map(([, service]) => service))].toSorted(),
      granted: all.filter((service) => granted.has(service)).toSorted(),
    };
  });
  expect(rows.filter(({ asked }) => asked.length > 0).length).toBeGreaterThan(20);
  expect(rows.map(({ name, granted }) => [name, granted])).toEqual(
    rows.map(({ name, asked }) => [name, asked]),
  );
});
