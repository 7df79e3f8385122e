// Test only: the conformance suite speaks HTTP, the gateway speaks stdio. One POST becomes one line.
//
//   node http_bridge.mjs PORT COMMAND ARGS...        (PORT 0: any free one; prints "listening URL")
//
// Every request gets an id of the bridge's own on its way in and its old one back on its way out. Replies
// find their POST by that id; notifications by progress token or subscription id, and turn the reply into an
// event stream. What Streamable HTTP itself asks for (headers, Host and Origin, status codes) is done here.

import { spawn } from 'node:child_process';
import http from 'node:http';
import { createInterface } from 'node:readline';

const MODERN = '2026-07-28';
const META = 'io.modelcontextprotocol/';
const NAMED_BY = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' };

const [port, command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
server.on('exit', (code) => process.exit(code ?? 1));
server.stdin.on('error', () => {});

let lastId = 0;
const exchanges = new Map(); // bridge id -> Exchange

const toServer = (message) => server.stdin.write(JSON.stringify(message) + '\n');

class Exchange {
  constructor(response, request) {
    this.response = response;
    this.request = request;
    this.id = `bridge-${++lastId}`;
    this.isStream = false;
    exchanges.set(this.id, this);
    response.on('close', () => this.closedByClient());
  }

  // A client that hangs up cancels its request, in the modern era only.
  closedByClient() {
    if (!exchanges.delete(this.id) || !isModern(this.request)) return;
    toServer({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: this.id },
    });
  }

  notify(message) {
    if (!this.isStream) {
      this.isStream = true;
      this.response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
    }
    this.response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  finish(message) {
    exchanges.delete(this.id);
    message = { ...message, id: this.request.id };
    if (this.isStream) {
      this.notify(message);
      this.response.end();
    } else {
      reply(this.response, statusOf(this.request, message), message);
    }
  }
}

function reply(response, status, message) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(message === undefined ? undefined : JSON.stringify(message));
}

const metaOf = (message) => message?.params?._meta;

const isModern = (message) => {
  const meta = metaOf(message);
  return meta !== null && typeof meta === 'object' && Object.keys(meta).some((key) => key.startsWith(META));
};

function statusOf(request, message) {
  const code = message.error?.code;
  if (code === undefined) return 200;
  if ([-32020, -32021, -32022, -32600, -32700].includes(code)) return 400;
  if (code === -32602) {
    const meta = metaOf(request) ?? {};
    const isComplete = `${META}protocolVersion` in meta && `${META}clientCapabilities` in meta;
    return isComplete || !(isModern(request) || request.method === 'server/discover') ? 200 : 400;
  }
  return code === -32601 && isModern(request) ? 404 : 200;
}

// Header values that are not plain ASCII come as =?base64?...?=; undefined when that is broken.
function decoded(value) {
  const match = /^=\?base64\?(.*)\?=$/.exec(value ?? '');
  if (match === null) return value;
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(match[1])) return undefined;
  return Buffer.from(match[1], 'base64').toString('utf8');
}

// The headers of the modern era must say what the body says; the first that does not is named.
function headerMismatch(headers, request) {
  const version = metaOf(request)?.[`${META}protocolVersion`];
  const headerVersion = headers['mcp-protocol-version'];
  if (headerVersion !== MODERN && !isModern(request)) return undefined;
  if (version !== undefined && headerVersion !== version) return 'MCP-Protocol-Version';
  if (headers['mcp-method'] !== request.method) return 'Mcp-Method';
  const key = NAMED_BY[request.method];
  const name = key && request.params?.[key];
  if (name !== undefined && decoded(headers['mcp-name']) !== name) return 'Mcp-Name';
  return undefined;
}

function isLocal(hostOrOrigin) {
  try {
    const { hostname } = new URL(hostOrOrigin);
    return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  } catch {
    return false;
  }
}

const errorOf = (id, code, message) => ({ jsonrpc: '2.0', id, error: { code, message } });

function take(body, request, response) {
  let message;
  try {
    message = JSON.parse(body);
  } catch {
    return reply(response, 400, errorOf(null, -32700, 'Parse error'));
  }
  if (message.id === undefined || message.method === undefined) {
    toServer(message);
    return reply(response, 202);
  }
  const mismatch = headerMismatch(request.headers, message);
  if (mismatch !== undefined) {
    return reply(response, 400, errorOf(message.id, -32020, `Header mismatch: ${mismatch}`));
  }
  const exchange = new Exchange(response, message);
  toServer({ ...message, id: exchange.id });
}

createInterface({ input: server.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === undefined) {
    const exchange = exchanges.get(message.id);
    const meta = message.result?._meta;
    if (exchange && meta?.[`${META}subscriptionId`]) meta[`${META}subscriptionId`] = exchange.request.id;
    return exchange?.finish(message);
  }
  const subscription = metaOf(message)?.[`${META}subscriptionId`];
  if (subscription !== undefined) {
    const exchange = exchanges.get(subscription);
    if (exchange) metaOf(message)[`${META}subscriptionId`] = exchange.request.id;
    return exchange?.notify(message);
  }
  const token = message.params?.progressToken;
  if (token === undefined) return undefined;
  for (const exchange of exchanges.values()) {
    if (metaOf(exchange.request)?.progressToken === token) exchange.notify(message);
  }
  return undefined;
});

const listener = http.createServer((request, response) => {
  const { host, origin } = request.headers;
  if (!isLocal(`http://${host}`) || (origin !== undefined && !isLocal(origin))) {
    return reply(response, 403, errorOf(null, -32600, 'Forbidden host or origin'));
  }
  if (request.method !== 'POST') return response.writeHead(405, { allow: 'POST' }).end();
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  return request.on('end', () => take(Buffer.concat(chunks).toString('utf8'), request, response));
});
listener.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`listening http://localhost:${listener.address().port}/mcp\n`);
});

// Ends with its parent: when standard input closes, or on a signal.
const end = () => {
  server.stdin.end();
  setTimeout(() => process.exit(1), 2000).unref();
};
process.stdin.resume().on('end', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);
