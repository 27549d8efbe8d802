import { describe, expect, it } from 'vitest';
import { Guard } from '../../experiments/watching/index.js';

const guard = new Guard('a-token', 8000);
const own = { host: '127.0.0.1:8000' };
const post = {
  ...own,
  origin: 'http://127.0.0.1:8000',
  'content-type': 'application/json',
  'content-length': '9',
};

function verdict(method: string, url: string, headers: Record<string, string | undefined>): number {
  const admitted = guard.admit({ method, url, headers });
  return 'status' in admitted ? admitted.status : 200;
}

describe('the page answers', () => {
  it.each([
    ['its own address', 'GET', '/a-token/', own, 200],
    ['a query', 'GET', '/a-token/maps?run=r1', own, 200],
    ['localhost', 'GET', '/a-token/', { host: 'LOCALHOST:8000' }, 200],
    ['IPv6', 'GET', '/a-token/', { host: '[::1]:8000' }, 200],
    [
      'a link that somebody followed',
      'GET',
      '/a-token/',
      { ...own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      200,
    ],
    ['a stop of its own', 'POST', '/a-token/stop', post, 200],
    ['no token', 'GET', '/', own, 404],
    ['another token', 'GET', '/a-tokem/', own, 404],
    ['the beginning of the token', 'GET', '/a-toke/', own, 404],
    ['the token in the query', 'GET', '/?token=a-token', own, 404],
    ['a whole address in place of a path', 'GET', 'http://127.0.0.1:8000/a-token/', own, 404],
    ['another name that leads here', 'GET', '/a-token/', { host: 'evil.example:8000' }, 403],
    ['another port', 'GET', '/a-token/', { host: '127.0.0.1:80' }, 403],
    ['no name', 'GET', '/a-token/', {}, 403],
    ['another origin', 'GET', '/a-token/', { ...own, origin: 'http://evil.example' }, 403],
    ['another port of this machine', 'GET', '/a-token/', { ...own, origin: 'http://127.0.0.1:9000' }, 403],
    ['no origin at all', 'GET', '/a-token/', { ...own, origin: 'null' }, 403],
    [
      'a script of another site',
      'GET',
      '/a-token/events',
      { ...own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      403,
    ],
    ['a stop from nowhere', 'POST', '/a-token/stop', { ...post, origin: undefined }, 403],
    ['a stop of a form', 'POST', '/a-token/stop', { ...post, 'content-type': 'text/plain' }, 415],
    ['a stop without a length', 'POST', '/a-token/stop', { ...post, 'content-length': undefined }, 413],
    ['a long stop', 'POST', '/a-token/stop', { ...post, 'content-length': '1e9' }, 413],
    ['another verb', 'DELETE', '/a-token/', own, 405],
    ['a page with a body', 'GET', '/a-token/', { ...own, 'content-length': '5' }, 400],
    ['a long address', 'GET', `/a-token/${'x'.repeat(3000)}`, own, 414],
  ] as const)('%s', (_, method, url, headers, expected) => {
    expect(verdict(method, url, headers)).toBe(expected);
  });
});
