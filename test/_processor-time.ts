/** The processor time of this process so far, in milliseconds: what a bound may rest on where neighbours are busy. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
