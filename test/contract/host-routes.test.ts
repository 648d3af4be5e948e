import { describe, expect, it } from 'vitest';
import { readTarget } from '../../local/host/request-path.ts';
import { compileRoute } from '../../local/host/route-template.ts';

const match = (template: string, path: string) => compileRoute(template).match(readTarget(path)?.segments ?? ['', '']);

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
    ['api/{a}/{b?}', '/api/x', { a: 'x' }],
    ['api/{a}/{b=two}', '/api/x', { a: 'x', b: 'two' }],
    ['api/{*rest}', '/api/x/y/z', { rest: 'x/y/z' }],
    ['api/{*rest}', '/api', {}],
    ['api/{n:int}', '/api/-12', { n: '-12' }],
    ['api/{n:int:range(1,9)?}', '/api/9', { n: '9' }],
    ['api/{n:int:range(1,9)?}', '/api', {}],
    ['api/{id:guid}', '/api/5F0C1C4E-3A8C-4B2E-9C56-0123456789ab', { id: '5F0C1C4E-3A8C-4B2E-9C56-0123456789ab' }],
    ['api/{name}.{ext}', '/api/photo.png', { name: 'photo', ext: 'png' }],
    ['api/v{n:int}', '/api/v2', { n: '2' }],
  ])('%s takes %s', (template, path, values) => {
    expect(match(template, path)).toEqual(values);
  });

  it.each([
    ['api/saldo', '/api/saldo/x'],
    ['api/saldo', '/api'],
    ['api/saldo', '/api/saldoo'],
    ['api/saldo', '/api//saldo'],
    ['api/openapi.json', '/api/openapixjson'],
    ['api/items/{id}', '/api/items'],
    ['api/{n:int}', '/api/x'],
    ['api/{n:int}', '/api/99999999999'],
    ['api/{n:int:range(1,9)}', '/api/10'],
  ])('%s does not take %s', (template, path) => {
    expect(match(template, path)).toBeUndefined();
  });

  it.each(['api/{n:unheard}', 'api/{}'])('says that %s cannot be read', (template) => {
    expect(() => compileRoute(template)).toThrow(RangeError);
  });

  it('routes nothing that is neither a path nor an absolute URL', () => {
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
