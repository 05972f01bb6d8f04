import { emulatorHome } from './emulator.ts';

/** Makes the Python environment of the emulator once, before the lanes. */
export default async function makeEmulatorHome(): Promise<void> {
  await emulatorHome();
}
