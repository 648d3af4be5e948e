import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wireFaultsOf } from '../wire-faults.ts';
import { organisation } from './altinn-stub-issuer.ts';
import {
  type AltinnWorld,
  bank,
  json,
  org,
  otherBank,
  otherPerson,
  person,
  resourceId,
  right,
  startAltinnWorld,
  supplier,
} from './altinn-world.ts';

let world: AltinnWorld;
beforeAll(async () => {
  world = await startAltinnWorld();
});
afterAll(() => world.close());

const past = '2026-11-23T07:59:59+00:00';

describe('a caller', () => {
  const claims: [string, number, number, () => Promise<string>][] = [
    [
      'a forged token',
      401,
      401,
      () => world.issuer.forge({ consumer: organisation(bank), scope: 'altinn:consentrequests.write' }),
    ],
    ['an expired token', 401, 401, () => world.token({ exp: Math.floor(world.now() / 1000) - 1 })],
    ['another issuer', 401, 401, () => world.token({ iss: 'https://maskinporten.no/' })],
    ['another scope', 403, 403, () => world.token({ scope: 'lanekassen:lan/v1/saldoopplysninger' })],
    ['the read scope', 403, 404, () => world.token({ scope: 'altinn:consentrequests.read' })],
    ['no consumer', 401, 401, () => world.token({ consumer: undefined })],
    [
      'a consumer of another authority',
      401,
      401,
      () => world.token({ consumer: { authority: 'x', ID: `0192:${bank}` } }),
    ],
    [
      'a consumer without prefix',
      401,
      401,
      () => world.token({ consumer: { authority: 'iso6523-actorid-upis', ID: bank } }),
    ],
    ['another consumer than `to`', 403, 404, () => world.token({ consumer: organisation(otherBank) })],
  ];
  it.each(claims)('with %s: %i on creating, %i on reading', async (_what, onCreate, onRead, token) => {
    const created = await world.post(world.body(), await token());
    expect([created.status, await created.text()]).toEqual([onCreate, '']);
    expect((await world.get(crypto.randomUUID(), await token())).status).toBe(onRead);
  });

  it('without the Bearer scheme is refused', async () => {
    const url = `${world.altinn.url}/accessmanagement/api/v1/enterprise/consentrequests`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    expect((await fetch(url, { method: 'POST', headers: { authorization: await world.token() } })).status).toBe(401);
  });

  it('whose bank is not on the access list is refused without a body', async () => {
    const closed = {
      consentRights: [right({ resource: [{ type: 'urn:altinn:resource', value: 'closed' }], metadata: {} })],
    };
    const answer = await world.post(world.body(closed));
    expect([answer.status, await answer.text()]).toEqual([403, '']);
    const theirs = world.body({ ...closed, to: org(otherBank) });
    expect((await world.post(theirs, await world.token({ consumer: organisation(otherBank) }))).status).toBe(201);
  });
});

describe('creating', () => {
  it('answers 201 with the documented model', async () => {
    const body = world.body({ validTo: '2027-11-23T09:00:00+01:00' });
    const answer = await world.post(body);
    expect(answer.status).toBe(201);
    const url = `${world.altinn.url}/accessmanagement`;
    expect(answer.headers.get('location')).toBe(`${url}/api/v1/enterprise/consentrequests/${body.id}`);
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(await json(answer)).toEqual({
      id: body.id,
      from: person,
      to: org(bank),
      requiredDelegator: person,
      handledBy: null,
      validTo: '2027-11-23T08:00:00+00:00',
      consentRights: [right()],
      requestMessage: null,
      status: 'Created',
      consented: null,
      redirectUrl: body.redirectUrl,
      consentRequestEvents: [
        {
          consentEventID: id,
          created: expect.stringMatching(/^2026-11-23T08:00:00\.\d{6}\+00:00$/),
          performedBy: org(bank),
          eventType: 'Created',
          consentRequestID: body.id,
        },
      ],
      viewUri: `${url}/ui/consent/request?id=${body.id}`,
      portalViewMode: 'Hide',
    });
  });

  it('binds names in any case', async () => {
    const { validTo, ...rest } = world.body({ portalViewMode: 'SHOW' });
    const answer = await world.post({
      ...rest,
      ValidTo: validTo,
      consentRights: [{ Action: ['consent'], RESOURCE: right().resource, metaData: { Navn: 'B' } }],
    });
    expect(answer.status).toBe(201);
    const created = await json(answer);
    expect(created.portalViewMode).toBe('Show');
    expect(created.consentRights).toMatchObject([{ metadata: { Navn: 'B' } }]);
  });

  it('fills handledBy for a supplier', async () => {
    const answer = await world.post(world.body(), await world.token({ supplier: organisation(supplier) }));
    expect((await json(answer)).handledBy).toBe(org(supplier));
  });

  const framework: [string, unknown][] = [
    ['malformed JSON', '{'],
    ['no redirectUrl', { redirectUrl: undefined }],
    ['an id that is no UUID', { id: '1' }],
    ['a validTo without offset', { validTo: '2027-01-01T00:00:00' }],
    ['a from that is no URN', { from: '04125300311' }],
    ['a person with a wrong control digit', { from: 'urn:altinn:person:identifier-no:04125300312' }],
    ['an organisation with a wrong control digit', { to: org('310000018') }],
    ['no consentRights', { consentRights: undefined }],
    ['an unknown portalViewMode', { portalViewMode: 'maybe' }],
  ];
  it.each(framework)('%s is refused by the framework', async (_what, changes) => {
    const answer = await world.post(
      typeof changes === 'string' ? changes : world.body(changes as Record<string, unknown>),
    );
    expect(answer.status).toBe(400);
    expect((await json(answer)).code).toBeUndefined();
  });

  const problems: [string, Record<string, unknown>, string, Record<string, unknown>][] = [
    [
      'an unknown person',
      { from: 'urn:altinn:person:identifier-no:21818297804' },
      'AM-00004',
      { fnumber: 'urn:altinn:person:identifier-no:21818297804' },
    ],
    [
      'an unknown resource',
      { consentRights: [right({ resource: [{ type: 'urn:altinn:resource', value: 'x' }] })] },
      'AM-00005',
      {},
    ],
    [
      'two resources in a right',
      {
        consentRights: [
          right({
            resource: [
              { type: 'a', value: resourceId },
              { type: 'a', value: resourceId },
            ],
          }),
        ],
      },
      'AM-00005',
      {},
    ],
    [
      'an unknown metadata key',
      { consentRights: [right({ metadata: { navn: 'B', Extra: '1' } })] },
      'AM-00006',
      { key: 'extra' },
    ],
    ['an empty metadata value', { consentRights: [right({ metadata: { navn: '' } })] }, 'AM-00007', {}],
    ['a missing metadata key', { consentRights: [right({ metadata: undefined })] }, 'AM-00008', { key: 'navn' }],
    [
      'resources of different templates',
      {
        consentRights: [
          right(),
          right({ resource: [{ type: 'urn:altinn:resource', value: 'other-template' }], metadata: {} }),
        ],
      },
      'AM-00009',
      {},
    ],
  ];
  it.each(problems)('answers a problem for %s', async (_what, changes, code, extensions) => {
    const answer = await world.post(world.body(changes));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await json(answer)).toMatchObject({ type: `urn:altinn:error:${code}`, status: 400, code, ...extensions });
  });

  it('refuses an unknown organisation, although its token is valid', async () => {
    const unknown = '974760673';
    const token = await world.token({ consumer: organisation(unknown) });
    const answer = await world.post(world.body({ to: org(unknown) }), token);
    expect(answer.status).toBe(400);
    expect(await json(answer)).toMatchObject({ code: 'AM-00003', orgnr: org(unknown) });
  });

  const validation: [string, Record<string, unknown>, [string, string][]][] = [
    ['validTo in the past', { validTo: past }, [['AM.VLD-00022', 'ValidTo']]],
    ['no right', { consentRights: [] }, [['AM.VLD-00023', 'Resource']]],
    ['a relative redirectUrl', { redirectUrl: '/retur' }, [['AM.VLD-00027', 'RedirectUrl']]],
    [
      'a right without action',
      { consentRights: [right({ action: [] })] },
      [['STD.VLD-00000', '/consentRight/0/action']],
    ],
    [
      'two faulty fields',
      { validTo: past, redirectUrl: 'x' },
      [
        ['AM.VLD-00022', 'ValidTo'],
        ['AM.VLD-00027', 'RedirectUrl'],
      ],
    ],
  ];
  it.each(validation)('answers validation errors for %s', async (_what, changes, faults) => {
    const answer = await world.post(world.body(changes));
    expect(answer.status).toBe(400);
    const validationErrors = faults.map(([code, path]) => expect.objectContaining({ code, paths: [path] }));
    expect(await json(answer)).toMatchObject({ code: 'STD-00000', validationErrors });
  });

  it('answers 500 to several problems at once, although the caller is at fault', async () => {
    const answer = await world.post(world.body({ validTo: past, consentRights: [right({ metadata: {} })] }));
    expect(answer.status).toBe(500);
    expect(await json(answer)).toMatchObject({
      code: 'STD-00001',
      problems: [{ code: 'AM-00008' }, { code: 'STD-00000' }],
    });
  });
});

describe('creating again with the same id', () => {
  it('answers 200 with the other model, and changes nothing', async () => {
    const body = world.body();
    await world.post(body);
    const answer = await world.post({ ...body, redirectUrl: 'https://bank.example/annet' });
    expect(answer.status).toBe(200);
    const again = await json(answer);
    expect(again).toMatchObject({
      consentRequestStatus: 'Created',
      templateId: 'samtykkemal_simpleconsent',
      redirectUrl: body.redirectUrl,
      consentRights: [{ resource: [{ value: resourceId, version: '1' }] }],
      consentRequestEvents: [{ performedBy: expect.stringMatching(/^urn:altinn:party:uuid:[0-9a-f-]{36}$/) }],
    });
    expect(again.status).toBeUndefined();
  });

  it('is refused for other parties', async () => {
    const body = world.body();
    await world.post(body);
    const answer = await world.post({ ...body, from: otherPerson });
    expect(answer.status).toBe(400);
    expect(await json(answer)).toMatchObject({ code: 'AM-00016', requestId: body.id });
  });
});

describe('reading', () => {
  it('is refused for another organisation, an unknown id and a text that is no id', async () => {
    const id = await world.create();
    const foreign = await world.get(id, await world.token({ consumer: organisation(otherBank) }));
    expect([foreign.status, (await json(foreign)).code]).toEqual([403, 'AM-00000']);
    const unknown = await world.get(crypto.randomUUID());
    expect([unknown.status, (await json(unknown)).code]).toEqual([404, 'AM-00001']);
    expect((await world.get('nonsense')).status).toBe(404);
  });

  it('never has Expired as the status, but adds an event', async () => {
    const validTo = '2026-11-23T08:10:00+00:00';
    const id = await world.create({ validTo });
    world.altinn.control.approve(id);
    world.advance(600_001);
    const read = await json(await world.get(id));
    world.advance(-600_001);
    expect(read.status).toBe('Accepted');
    expect((read.consentRequestEvents as unknown[]).at(-1)).toEqual({
      consentEventID: '00000000-0000-0000-0000-000000000000',
      created: validTo,
      performedBy: org(bank),
      eventType: 'Expired',
      consentRequestID: id,
    });
  });

  it("answers with a test's overrides, for one request or for all", async () => {
    const id = await world.create();
    world.altinn.control.override(id, { from: otherPerson });
    expect((await json(await world.get(id))).from).toBe(otherPerson);
    world.altinn.control.override(id, {});
    expect((await json(await world.get(id))).from).toBe(person);
    world.altinn.control.override('*', { viewUri: 'https://elsewhere.example/' });
    expect((await json(await world.post(world.body()))).viewUri).toBe('https://elsewhere.example/');
    world.altinn.control.override('*', {});
  });
});

describe("the person's answer", () => {
  const { approve, reject, revoke } = { approve: 'approve', reject: 'reject', revoke: 'revoke' } as const;
  type Action = 'approve' | 'reject' | 'revoke';
  const done: [Action[], string, string[]][] = [
    [[approve], 'Accepted', ['Created', 'Accepted']],
    [[approve, approve], 'Accepted', ['Created', 'Accepted']],
    [[reject], 'Rejected', ['Created', 'Rejected']],
    [[reject, reject], 'Rejected', ['Created', 'Rejected']],
    [[approve, revoke], 'Revoked', ['Created', 'Accepted', 'Revoked']],
    [[approve, revoke, revoke], 'Revoked', ['Created', 'Accepted', 'Revoked']],
  ];
  it.each(done)('%j leads to %s', async (actions, status, events) => {
    const id = await world.create();
    for (const action of actions) world.altinn.control[action](id);
    const read = await json(await world.get(id));
    expect(read.status).toBe(status);
    expect((read.consentRequestEvents as { eventType: string }[]).map(({ eventType }) => eventType)).toEqual(events);
    expect(read.consented === null).toBe(!events.includes('Accepted'));
  });

  const refused: [Action[], Action, string][] = [
    [[approve], reject, 'AM-00015'],
    [[reject], approve, 'AM-00002'],
    [[], revoke, 'AM-00010'],
    [[reject], revoke, 'AM-00010'],
    [[approve, revoke], approve, 'AM-00002'],
    [[approve, revoke], reject, 'AM-00015'],
  ];
  it.each(refused)('after %j, %s is refused with %s', async (actions, last, code) => {
    const id = await world.create();
    for (const action of actions) world.altinn.control[action](id);
    expect(() => world.altinn.control[last](id)).toThrow(code);
  });

  it('cannot be yes after validTo', async () => {
    const id = await world.create({ validTo: '2026-11-23T08:10:00+00:00' });
    world.advance(600_001);
    expect(() => world.altinn.control.approve(id)).toThrow('STD-00000');
    world.advance(-600_001);
  });
});

describe("Maskinporten's look-up", () => {
  it('answers with the consent if giver and receiver match', async () => {
    const id = await world.create();
    world.altinn.control.approve(id);
    const answer = await world.lookup({ id, from: person, to: org(bank) });
    expect(answer.status).toBe(200);
    expect(await json(answer)).toEqual({
      id,
      from: person,
      to: org(bank),
      handledBy: null,
      consented: expect.stringMatching(/^2026-11-23T08:00:00\.\d{6}\+00:00$/),
      validTo: '2026-12-23T08:00:00+00:00',
      consentRights: [right()],
    });
  });

  it('accepts the supplier as the receiver', async () => {
    const body = world.body();
    await world.post(body, await world.token({ supplier: organisation(supplier) }));
    world.altinn.control.approve(body.id);
    expect((await world.lookup({ id: body.id, from: person, to: org(supplier) })).status).toBe(200);
  });

  const refusals: [string, string[], Record<string, string>, number, number, string][] = [
    ['an unknown id', [], { id: '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10' }, 0, 404, 'AM-00001'],
    ['another receiver', ['approve'], { to: org(otherBank) }, 0, 404, 'AM-00001'],
    ['another giver', ['approve'], { from: otherPerson }, 0, 400, 'AM-00012'],
    ['not answered', [], {}, 0, 400, 'AM-00014'],
    ['rejected', ['reject'], {}, 0, 400, 'AM-00014'],
    ['revoked', ['approve', 'revoke'], {}, 0, 400, 'AM-00011'],
    ['expired', ['approve'], {}, 600_001, 400, 'AM-00013'],
    ['revoked and expired', ['approve', 'revoke'], {}, 600_001, 500, 'STD-00001'],
    ['created and expired', [], {}, 600_001, 500, 'STD-00001'],
  ];
  it.each(refusals)('%s', async (_what, actions, changes, advance, status, code) => {
    const id = await world.create({ validTo: '2026-11-23T08:10:00+00:00' });
    for (const action of actions as ('approve' | 'reject' | 'revoke')[]) world.altinn.control[action](id);
    world.advance(advance);
    const answer = await world.lookup({ id, from: person, to: org(bank), ...changes });
    world.advance(-advance);
    expect([answer.status, (await json(answer)).code]).toEqual([status, code]);
  });
});

describe('planned faults', () => {
  it('affect only the call they are for, with status, body and Retry-After', async () => {
    const id = await world.create();
    world.altinn.control.failNext(1, { route: 'read', status: 429, body: { x: 1 }, retryAfter: '7' });
    expect((await world.post(world.body())).status).toBe(201);
    const failed = await world.get(id);
    expect([failed.status, failed.headers.get('retry-after'), await failed.json()]).toEqual([429, '7', { x: 1 }]);
    expect((await world.get(id)).status).toBe(200);
    expect(world.altinn.control.calls().at(-2)).toEqual({
      method: 'GET',
      route: '/accessmanagement/api/v1/enterprise/consentrequests/{id}',
      status: 429,
    });
  });

  it('can lose the answer after the work is done', async () => {
    const body = world.body();
    wireFaultsOf(world.altinn).set({ kind: 'lost' }, { times: 1 });
    await expect(world.post(body)).rejects.toThrow();
    expect(world.altinn.control.requests().some(({ id }) => id === body.id)).toBe(true);
    expect((await world.post(body)).status).toBe(200);
  });

  it('can make calls slow', async () => {
    world.altinn.control.setDelay(60);
    const started = performance.now();
    await world.get(crypto.randomUUID());
    world.altinn.control.setDelay(0);
    expect(performance.now() - started).toBeGreaterThan(50);
  });
});
