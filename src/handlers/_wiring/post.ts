import * as z from 'zod';
import { post as postTo } from '../../adapters/http/post.ts';
import type { PostingPorts } from '../../flow/notify/ports.ts';
import { notifyingOf, part } from '../_wiring.ts';

/** Set on Lambda alone, where the machine itself is the runtime's own API and nobody's receiver. */
export const onLambda = { AWS_LAMBDA_RUNTIME_API: z.string().optional() };

/** Posts to a receiver, which has five seconds to answer. */
export const post = part(
  onLambda,
  ({ AWS_LAMBDA_RUNTIME_API }): PostingPorts['post'] =>
    (request) =>
      postTo(request, { timeoutMs: 5000, loopback: AWS_LAMBDA_RUNTIME_API === undefined }),
  (deployed) => notifyingOf(deployed).post,
);
