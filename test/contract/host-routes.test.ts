import { describe, expect, it } from 'vitest';
import { readTarget } from '../../local/host/request-path.ts';
import { buildRoutes, matchRoute } from '../../local/host/routes.ts';

const match = (template: string, path: string) => matchRoute(`/${template}`, readTarget(path)?.segments ?? ['', '']);

describe('route templates', () => {
  it.each([
    ['api/saldo', '/api/saldo', {}],
    ['api/saldo', '/API/Saldo/', {}],
    ['api/saldo', '/api/./x/../saldo', {}],
    ['api/openapi.json', '/api/openapi.json', {}],
    ['api/items/{id}', '/api/items/a%20b', { id: 'a b' }],
    ['api/items/{id}', '/api/items/a%2Fb%2fc', { id: 'a%2Fb%2fc' }],
    ['api/items/{id}', '/api/items/bl%C3%A5', { id: 'blå' }],
    ['api/items/{id}', '/api/items/100%', { id: '100%' }],
  ])('%s matches %s', (template, path, values) => {
    expect(match(template, path)).toEqual(values);
  });

  it.each([
    ['api/saldo', '/api/saldo/x'],
    ['api/saldo', '/api'],
    ['api/saldo', '/api/saldoo'],
    ['api/saldo', '/api//saldo'],
    ['api/openapi.json', '/api/openapixjson'],
    ['api/items/{id}', '/api/items'],
  ])('%s does not match %s', (template, path) => {
    expect(match(template, path)).toBeUndefined();
  });

  it.each(['{n:int}', '{n?}', '{*rest}', 'v{n}', '{}'])('a route with %s is refused as unreadable', (route) => {
    const metadata = { name: 'item', bindings: { request: { type: 'httpTrigger', route } } };
    expect(() => buildRoutes([{ metadata, callback: () => {} }], 'api')).toThrow(RangeError);
  });

  it('a target that is neither a path nor an absolute URL has no route', () => {
    expect(readTarget('*')).toBeUndefined();
    expect(readTarget('//x')).toBeUndefined();
    expect(readTarget('/api/a//')).toBeUndefined();
    expect(readTarget('http://elsewhere.example/api/x?q=1')).toEqual({
      path: '/api/x',
      query: '?q=1',
      segments: ['api', 'x'],
    });
    expect(readTarget('/')?.segments).toEqual([]);
  });
});
