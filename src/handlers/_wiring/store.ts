import * as z from 'zod';
import { createDynamoDbClient, once } from '../../adapters/aws/clients.ts';
import { createDynamoDbStore } from '../../adapters/aws/dynamodb-store.ts';
import { part } from '../_wiring.ts';
import { region } from './region.ts';

/** The store: the table of the stack. */
export const store = part(
  { ...region, LANDFALL_TABLE: z.string().min(1) },
  ({ AWS_REGION, LANDFALL_TABLE }) =>
    createDynamoDbStore(
      once(() => createDynamoDbClient({ region: AWS_REGION })),
      LANDFALL_TABLE,
    ),
  ({ ports }) => ports.store,
);
