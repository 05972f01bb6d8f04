/** The form of a Region's name, as us-west-2 or us-gov-east-1 have it. */
export const regionForm = /^[a-z]{2,4}(?:-[a-z]{2,10}){1,2}-\d{1,2}$/;

/** Says to which partition a Region belongs. */
export function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
