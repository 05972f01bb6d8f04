import type { Call, Operation } from './operation.ts';

/** Escapes text for XML. */
export function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Prints a refusal in EC2's form. */
export function ec2Refusal(code: string, message: string, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${xml(code)}</Code><Message>${xml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
}

/** An operation of EC2 that reads; `answer` prints what stands inside the answer. */
export function ec2Read(name: string, answer: (call: Call) => string): Operation {
  return ec2Operation(name, false, answer);
}

/** An operation of EC2 that changes something. */
export function ec2Write(name: string, answer: (call: Call) => string): Operation {
  return ec2Operation(name, true, answer);
}

function ec2Operation(name: string, writes: boolean, answer: (call: Call) => string): Operation {
  return {
    service: 'ec2',
    name,
    method: 'POST',
    path: '/',
    writes,
    status: 200,
    answer: (call) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${answer(call)}</${name}Response>`,
  };
}
