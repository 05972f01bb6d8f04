/** Refuses to test on another Node than the deployed one. */
export default function requireNode24(): void {
  if (!process.versions.node.startsWith('24.')) {
    throw new Error(`Tests need Node 24, not ${process.version}: run them with npm test.`);
  }
}
