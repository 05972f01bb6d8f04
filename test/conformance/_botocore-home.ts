import { botocoreHome } from './botocore.ts';

/** Makes the Python environment once, before the files of the suite run side by side. */
export default async function makeBotocoreHome(): Promise<void> {
  await botocoreHome();
}
