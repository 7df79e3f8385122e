// Drives a stdio server with the official client SDKs, in both protocol eras, and asserts what it sees.
//
//   node sdk_client.mjs PROFILE COMMAND ARGS...
//
// PROFILE: a name in profiles.json, or the path of a JSON file of the same shape; what a profile leaves out
// is not asked of the server. Exit 0 when every client saw what it should, otherwise 1.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as TransportV2 } from '@modelcontextprotocol/client/stdio';

const [profileName, command, ...args] = process.argv.slice(2);
const profile = profileName.endsWith('.json')
  ? JSON.parse(readFileSync(profileName, 'utf8'))
  : JSON.parse(readFileSync(new URL('profiles.json', import.meta.url), 'utf8'))[profileName];
assert(profile !== undefined, `no profile ${profileName}`);

const INFO = { name: 'sdk-client-test', version: '1.0.0' };
const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';

// The environment is the caller's: a gateway finds its home and its broker there.
const child = { command, args, env: process.env, stderr: 'inherit' };

const CLIENTS = [
  {
    name: 'sdk v1',
    version: LEGACY,
    make: () => [new ClientV1(INFO), new TransportV1(child)],
    watch: (client, seen) =>
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, (n) => seen(n.params.uri)),
  },
  ...[
    ['legacy', LEGACY],
    ['auto', MODERN],
    [{ pin: MODERN }, MODERN],
  ].map(([mode, version]) => ({
    name: `client v2, ${typeof mode === 'string' ? mode : 'pinned'}`,
    version,
    make: () => [new ClientV2(INFO, { versionNegotiation: { mode } }), new TransportV2(child)],
    watch: (client, seen) =>
      client.setNotificationHandler('notifications/resources/updated', (n) => seen(n.params.uri)),
  })),
];

// The first SDK takes a result schema before the options.
const optionsOf = (client, options) =>
  client instanceof ClientV2 ? [options] : [undefined, options];

const sorted = (names) => [...names].sort();

async function assertRejects(promise, what) {
  await assert.rejects(promise, (error) => error.code === -32602, what);
}

// Each step: the part of the profile it needs, and what it does with it.
const STEPS = [
  ['tools/list', null, async ({ client }) => {
    const { tools, nextCursor } = await client.listTools();
    assert(tools.length > 0);
    assert.equal(nextCursor, undefined);
    const names = tools.map((tool) => tool.name);
    assert.deepEqual(names, sorted(names));
    for (const tool of tools) {
      assert(tool.description.length > 0, tool.name);
      assert.equal(tool.inputSchema.type, 'object', tool.name);
      for (const hint of ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']) {
        assert.equal(typeof tool.annotations[hint], 'boolean', `${tool.name} ${hint}`);
      }
    }
  }],
  ['tools/call', 'call', async ({ client }, { name, arguments: given, structured }) => {
    // After listTools() the SDK itself holds the result against the tool's output schema.
    const result = await client.callTool({ name, arguments: given });
    assert(!result.isError, JSON.stringify(result));
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
    if (structured !== undefined) assert.deepEqual(result.structuredContent, structured);
  }],
  ['refused arguments', 'refused', async ({ client }, { name, arguments: given, fields }) => {
    const result = await client.callTool({ name, arguments: given });
    assert.equal(result.isError, true);
    const { error } = result.structuredContent;
    assert.equal(error.code, 'INVALID_ARGUMENT');
    assert.equal(error.retry, 'no');
    for (const field of fields) assert(error.message.includes(field), error.message);
  }],
  ['unknown tool', null, async ({ client }) => {
    await assertRejects(client.callTool({ name: 'no_such_tool', arguments: {} }), 'unknown tool');
  }],
  ['cancellation', 'slow', async ({ client, version }, { name, arguments: given }) => {
    const abort = new AbortController();
    const running = client.callTool(
      { name, arguments: given },
      ...optionsOf(client, { signal: abort.signal }),
    );
    setTimeout(() => abort.abort('no longer wanted'), 50);
    await assert.rejects(running);
    if (version === LEGACY) await client.ping();
    await client.listTools();
  }],
  ['progress', 'progress', async ({ client }, { name, arguments: given, steps }) => {
    const seen = [];
    const options = { onprogress: ({ progress }) => seen.push(progress) };
    await client.callTool({ name, arguments: given }, ...optionsOf(client, options));
    // The SDKs' legacy era loses a step that arrives together with the reply.
    assert(seen.length >= steps.length - 1, `saw ${seen}`);
    assert.deepEqual(seen, steps.slice(0, seen.length));
  }],
  ['resources', 'resource', async ({ client }, uri) => {
    const { resources } = await client.listResources();
    assert(resources.some((resource) => resource.uri === uri), uri);
    const { contents } = await client.readResource({ uri });
    assert.equal(contents[0].uri, uri);
    assert(contents[0].text.length > 0);
    await assert.rejects(client.readResource({ uri: 'trading://no/such/thing' }));
  }],
  ['resource templates', 'templated', async ({ client }, uri) => {
    const { resourceTemplates } = await client.listResourceTemplates();
    assert(resourceTemplates.length > 0);
    const { contents } = await client.readResource({ uri });
    assert.equal(contents[0].uri, uri);
  }],
  ['subscription', 'updated', async ({ client, version, watch }, uri) => {
    const updated = new Promise((resolve) => watch(client, resolve));
    let subscription;
    if (version === LEGACY) await client.subscribeResource({ uri });
    else subscription = await client.listen({ resourceSubscriptions: [uri] });
    assert.equal(await updated, uri);
    if (version === LEGACY) await client.unsubscribeResource({ uri });
    else await subscription.close();
  }],
  ['prompts', 'prompt', async ({ client }, { name, arguments: given, missing }) => {
    const { prompts } = await client.listPrompts();
    assert(prompts.some((prompt) => prompt.name === name), name);
    const { messages } = await client.getPrompt({ name, arguments: given });
    assert(messages.length > 0);
    const { [missing]: _, ...incomplete } = given;
    await assertRejects(client.getPrompt({ name, arguments: incomplete }), `without ${missing}`);
  }],
  ['completion', 'completion', async ({ client }, { ref, argument, offers }) => {
    const { completion } = await client.complete({ ref, argument });
    assert(completion.values.includes(offers), JSON.stringify(completion));
  }],
];

async function drive(kind) {
  const [client, transport] = kind.make();
  await client.connect(transport);
  if (client instanceof ClientV2) assert.equal(client.getNegotiatedProtocolVersion(), kind.version);
  assert(client.getServerVersion().name.length > 0);
  let failures = 0;
  for (const [name, needs, step] of STEPS) {
    if (needs !== null && profile[needs] === undefined) continue;
    try {
      await step({ client, ...kind }, profile[needs]);
      console.log(`ok      ${kind.name}: ${name}`);
    } catch (error) {
      failures += 1;
      console.log(`FAILED  ${kind.name}: ${name}: ${error.stack ?? error}`);
    }
  }
  const start = performance.now();
  await client.close();
  const ms = Math.round(performance.now() - start);
  if (ms > 1000) {
    failures += 1;
    console.log(`FAILED  ${kind.name}: the server took ${ms} ms to end`);
  }
  return failures;
}

let failures = 0;
for (const kind of CLIENTS) {
  try {
    failures += await drive(kind);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${kind.name}: ${error.stack ?? error}`);
  }
}
console.log(failures === 0 ? 'all clients saw what they should' : `${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
