export async function gatherDeployment(): Promise<never> { throw new Error('x'); }
