import { describe, expect, test } from 'vitest';
import { addressProblem, isForbiddenIp, isLoopback } from '../../../src/core/notify/address.ts';

const onLambda = { loopback: false };
const here = { loopback: true };

describe('the address of a receiver', () => {
  test.each([
    'https://hooks.slack.com/services/x',
    'https://10.0.0.8/hook',
    'https://example.com:8443/a?b=c',
  ])('%s may be spoken to', (address) => {
    expect(addressProblem(address, onLambda)).toBeUndefined();
  });

  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'nonsense',
    'https://user:secret@example.com/',
    'https://169.254.169.254/latest/meta-data/',
    'http://169.254.170.2/v2/credentials',
    'https://0xA9FEA9FE/',
    'https://2852039166/',
    'https://0251.0376.0251.0376/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://0.0.0.0/',
    'https://[::]/',
    'https://224.0.0.1/',
    'https://[ff02::1]/',
    'https://255.255.255.255/',
    'https://localhost/',
    'https://127.0.0.1/',
    'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
  ])('%s may not', (address) => {
    expect(addressProblem(address, onLambda)).toBeDefined();
  });

  test('may be this machine itself, in the clear too, where that is nobody’s runtime', () => {
    expect(addressProblem('http://127.0.0.1:8080/', here)).toBeUndefined();
    expect(addressProblem('http://localhost:8080/', here)).toBeUndefined();
    expect(addressProblem('http://[::1]:8080/', here)).toBeUndefined();
    expect(addressProblem('http://10.0.0.8/', here)).toBeDefined();
    expect(addressProblem('http://169.254.169.254/', here)).toBeDefined();
    expect(addressProblem('http://localhost.example.com/', here)).toBeDefined();
  });
});

describe('an IP address', () => {
  test.each([
    '169.254.0.1',
    '::ffff:169.254.1.1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::23',
    '0.1.2.3',
    '239.1.1.1',
  ])('%s is not spoken to', (ip) => expect(isForbiddenIp(ip)).toBe(true));
  test.each([
    '169.253.0.1',
    '8.8.8.8',
    '2606:4700::1111',
    'fec0::1',
    'fd00:ec3::1',
    '::ffff:8.8.8.8',
    'example.com',
    '999.1.1.1',
  ])('%s is nothing forbidden', (ip) => expect(isForbiddenIp(ip)).toBe(false));
  test('is this machine', () => {
    const all = [
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '::ffff:127.0.0.1',
      '0:0:0:0:0:0:0:1',
      '128.0.0.1',
      '::2',
      '1::1',
    ];
    expect(all.map((ip) => isLoopback(ip))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
