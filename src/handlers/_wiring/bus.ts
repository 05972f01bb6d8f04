import * as z from 'zod';
import { createEventBridgeClient, once } from '../../adapters/aws/clients.ts';
import { createEventBridgeBus } from '../../adapters/aws/event-bridge-bus.ts';
import { part, writeLine } from '../_wiring.ts';
import { region } from './region.ts';

/** The bus of the stack; it logs why entries were refused. */
export const bus = part(
  { ...region, LANDFALL_BUS: z.string().min(1) },
  ({ AWS_REGION, LANDFALL_BUS }) =>
    createEventBridgeBus(
      once(() => createEventBridgeClient({ region: AWS_REGION })),
      {
        busName: LANDFALL_BUS,
        onRefusal: (refusal) => writeLine({ level: 'error', bus: LANDFALL_BUS, refusal }),
      },
    ),
  ({ ports }) => ports.bus,
);
