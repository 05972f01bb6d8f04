import { describe, expect, test } from 'vitest';
import type { CompiledTemplate } from '../../deploy/compiled-template.ts';
import { mostTargets } from '../../deploy/deployment-form.ts';
import { packageTemplate } from '../../scripts/package-template.ts';
import { exampleDeployment } from './_templates.ts';

describe('what is deployed', () => {
  test('is the same when it is packaged again, but for where the archives lie', async () => {
    const masked = (template: CompiledTemplate) =>
      JSON.stringify(template).replaceAll(/("S3Key":"serverless\/landfall\/prod\/)[^/]+/g, '$1');
    const once = await packageTemplate({ deployment: exampleDeployment('many-accounts') });
    const again = await packageTemplate({ deployment: exampleDeployment('many-accounts') });
    expect(masked(again)).toBe(masked(once));
    expect(masked(again)).toContain('"S3Key":"serverless/landfall/prod//poll.zip"');
  });

  test('fits into one stack, with as many targets as one stage may have', async () => {
    const regions = Array.from({ length: mostTargets }, (_, i) => `eu-central-${i + 1}`);
    const deployment = JSON.stringify({
      apiVersion: 'landfall/v1',
      kind: 'Deployment',
      spec: {
        targets: [{ service: 'mgn', accountId: '111122223333', regions }],
        notifications: { emails: regions.slice(0, 20).map((name) => `${name}@example.com`) },
      },
    });
    const { Resources } = await packageTemplate({ deployment });
    expect(Object.keys(Resources).length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(Resources).length).toBeLessThan(1_000_000);
  });
});
