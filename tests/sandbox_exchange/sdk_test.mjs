// Every step is a call of Angel One's JavaScript SDK as published. What it is told is compared with the
// exchange's own book, read from the control port.
//
//   sdk_test.mjs READY_LINE

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';

const { SmartAPI, WebSocketV2, WSOrderUpdates } = createRequire(import.meta.url)('smartapi-javascript');
const ready = JSON.parse(process.argv[2]);

// The SDK's constructor asks the internet for its public address and leaves the failure unhandled; there is no
// internet here. Only that failure is let pass.
let addressFailures = 0;
process.on('unhandledRejection', (reason) => {
  const text = `${reason?.stack ?? reason} ${reason?.host ?? ''} ${reason?.options?.url ?? ''}`;
  if (/public-ip|dns-socket|icanhazip|ipify|208\.67|216\.239|Couldn't find your IP/.test(text)) {
    addressFailures += 1;
    return;
  }
  console.error('unhandled:', reason);
  process.exit(1);
});

let steps = 0;
async function step(name, run) {
  await run();
  steps += 1;
  console.log(`ok ${steps} ${name}`);
}

function request(module, url, options = {}, body) {
  return new Promise((resolve, reject) => {
    const sent = module.request(url, options, (reply) => {
      let text = '';
      reply.on('data', (chunk) => (text += chunk));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const control = async (path, body) => {
  const method = body === undefined ? 'GET' : 'POST';
  const reply = await request(http, ready.control_url + path, { method }, body && JSON.stringify(body));
  assert.equal(reply.status, 200, reply.text);
  return JSON.parse(reply.text);
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(what, probe, ms = 10000) {
  for (const end = Date.now() + ms; Date.now() < end; await pause(50)) {
    const value = await probe();
    if (value) return value;
  }
  throw new Error(`waited in vain: ${what}`);
}

function totp(seconds) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...ready.totp_secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const digest = crypto.createHmac('sha1', key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

const sbin = { exchange: 'NSE', tradingsymbol: 'SBIN-EQ', symboltoken: '3045' };
const api = new SmartAPI({ api_key: ready.api_key });
let session;
let expired = 0;
api.setSessionExpiryHook(() => (expired += 1));

const bookRow = async (orderid) => {
  await pause(1050);  // one reading of the book a second
  const book = await api.getOrderBook();
  assert.equal(book.status, true, JSON.stringify(book));
  return book.data?.find((row) => row.orderid === orderid);
};
const truth = async (orderid) => (await control('/book')).accounts[0].orders.find((row) => row.orderid === orderid);

await step('a wrong one-time code is refused', async () => {
  const reply = await api.generateSession(ready.client_code, ready.pin, '000000');
  assert.deepEqual([reply.status, reply.errorcode, reply.data], [false, 'AB1050', null]);
  await pause(1050);
});

await step('log-in', async () => {
  const { now_us } = await control('/clock');
  const reply = await api.generateSession(ready.client_code, ready.pin, totp(now_us / 1e6));
  assert.equal(reply.status, true, JSON.stringify(reply));
  for (const token of ['jwtToken', 'refreshToken', 'feedToken']) assert.ok(reply.data[token].length > 20);
  session = reply.data;
});

await step('token refresh', async () => {
  const reply = await api.generateToken(session.refreshToken);
  assert.equal(reply.status, true, JSON.stringify(reply));
  assert.notEqual(reply.data.jwtToken, session.jwtToken);
  session = reply.data;
});

await step('profile', async () => {
  const { data } = await api.getProfile();
  assert.equal(data.clientcode, ready.client_code);
  assert.ok(data.exchanges.includes('nse_cm') && data.products.includes('CNC'));
});

await step('funds', async () => {
  const { data } = await api.getRMS();
  assert.equal(data.net, '1000000.00');
  assert.equal(data.utilisedspan, null);
});

for (const [mode, keys] of [['LTP', 4], ['OHLC', 8], ['FULL', 24]])
  await step(`quote ${mode}`, async () => {
    const reply = await api.marketData({ mode, exchangeTokens: { NSE: ['3045', '77777'] } });
    const [row] = reply.data.fetched;
    assert.equal(row.tradingSymbol, 'SBIN-EQ');
    assert.equal(typeof row.ltp, 'number');
    assert.equal(Object.keys(row).length, keys);
    assert.equal(reply.data.unfetched[0].symbolToken, '77777');
    if (mode === 'FULL') assert.equal(row.depth.buy.length + row.depth.sell.length, 10);
  });

await step('search', async () => {
  const rows = await api.searchScrip({ exchange: 'NSE', searchscrip: 'SBIN' });
  assert.deepEqual(new Set(rows.map((row) => row.symboltoken)), new Set(['3045', '4884', '12740']));
});

await step('candles', async () => {
  const ask = { exchange: 'NSE', symboltoken: '3045', interval: 'FIVE_MINUTE' };
  const reply = await api.getCandleData({ ...ask, fromdate: '2026-11-20 09:15', todate: '2026-11-20 15:30' });
  assert.equal(reply.data.length, 72);  // 09:15 to 15:15, where continuous trading of this stock ends
  assert.equal(reply.data[0][0], '2026-11-20T09:15:00+05:30');
  for (const [, open, high, low, close] of reply.data) assert.ok(low <= Math.min(open, close) && high >= Math.max(open, close));
});

await step('candles: a time too long comes back short, without a word', async () => {
  const reply = await api.getCandleData({ exchange: 'NSE', symboltoken: '3045', interval: 'ONE_MINUTE',
    fromdate: '2026-08-01 09:15', todate: '2026-11-20 15:30' });
  assert.equal(reply.status, true);
  assert.ok(reply.data[0][0] >= '2026-10-22', reply.data[0][0]);
});

await step('candles: an unknown interval is an empty 400', async () => {
  const reply = await api.getCandleData({ exchange: 'NSE', symboltoken: '3045', interval: 'TWO_MINUTE',
    fromdate: '2026-11-20 09:15', todate: '2026-11-20 15:30' });
  assert.equal(reply.status, 400);
});

const updates = [];
let orderSocket;
await step('order stream: greeting', async () => {
  orderSocket = new WSOrderUpdates({ clientcode: ready.client_code, jwttoken: session.jwtToken, apikey: ready.api_key,
    feedtype: session.feedToken });
  orderSocket.on('tick', (message) => message !== 'pong' && updates.push(JSON.parse(message)));
  await orderSocket.connect();
  const greeting = await until('AB00', () => updates[0]);
  assert.equal(greeting['order-status'], 'AB00');
  assert.equal(greeting.orderData.orderid, '');
});
const codesOf = (orderid) => updates.filter((u) => u.orderData.orderid === orderid).map((u) => u['order-status']);

const ticks = [];
let marketSocket;
await step('market stream: log-in', async () => {
  marketSocket = new WebSocketV2({ clientcode: ready.client_code, jwttoken: session.jwtToken, apikey: ready.api_key,
    feedtype: session.feedToken });
  marketSocket.on('tick', (tick) => ticks.push(tick));
  await marketSocket.connect();
});
for (const [name, mode, fields] of [['LTP', 1, 6], ['Quote', 2, 15], ['SnapQuote', 3, 24]])
  await step(`market stream: ${name}`, async () => {
    marketSocket.fetchData({ correlationID: 'abcde12345', action: 1, mode, exchangeType: 1, tokens: ['3045'] });
    const seen = () => ticks.filter((tick) => tick.subscription_mode == mode);
    await until(`three packets of mode ${mode}`, () => seen().length >= 3);
    const first = seen()[0];
    assert.equal(Object.keys(first).length, fields);
    assert.equal(JSON.parse(first.token), '3045');
    const price = Number(first.last_traded_price) / 100;
    assert.ok(price > 700 && price < 900, String(price));
    assert.equal(Number(first.exchange_timestamp) % 1000, 0);
    const [before, after] = seen().slice(-2);
    assert.ok(Number(after.sequence_number) > Number(before.sequence_number));
    if (mode !== 3) return;
    assert.deepEqual(new Set(first.best_5_buy_data.map((level) => level.flag)), new Set(['1']));
    assert.deepEqual(new Set(first.best_5_sell_data.map((level) => level.flag)), new Set(['0']));
    assert.ok(Number(first.best_5_buy_data[0].price) < Number(first.best_5_sell_data[0].price));
    assert.equal(Number(first.upper_circuit), 89000);
    marketSocket.fetchData({ action: 0, mode, exchangeType: 1, tokens: ['3045'] });
  });

await step('market stream: depth of twenty', async () => {
  marketSocket.fetchData({ action: 1, mode: 4, exchangeType: 1, tokens: ['3045'] });
  const deep = await until('a packet of mode 4', () => ticks.find((tick) => tick.subscription_mode == 4));
  assert.equal(deep.depth_twenty_buy_data.length, 20);
  assert.ok(Number(deep.depth_twenty_buy_data[19].price) < Number(deep.depth_twenty_buy_data[0].price));
});

const limit = { variety: 'NORMAL', ...sbin, transactiontype: 'BUY', ordertype: 'LIMIT', producttype: 'INTRADAY',
  duration: 'DAY', price: '750.00', squareoff: '0', stoploss: '0', quantity: '10', ordertag: 'sdk1' };
let placed;
await step('place: rests in the book', async () => {
  const reply = await api.placeOrder(limit);
  assert.equal(reply.status, true, JSON.stringify(reply));
  assert.equal(reply.data.script, 'SBIN-EQ');
  assert.match(reply.data.orderid, /^261123\d{9}$/);
  placed = reply.data;
  const row = await bookRow(placed.orderid);
  assert.deepEqual([row.orderstatus, row.ordertag, row.price, row.quantity, row.uniqueorderid],
    ['open', 'sdk1', 750, '10', placed.uniqueorderid]);
  assert.equal((await truth(placed.orderid)).price_e4, 7500000);
});

await step('order details', async () => {
  const { data } = await api.indOrderDetails(placed.uniqueorderid);
  assert.equal(data.orderid, placed.orderid);
  const unknown = await api.indOrderDetails('00000000-0000-4000-8000-000000000000');
  assert.deepEqual([unknown.status, unknown.errorcode, unknown.message], [false, 'AB1007', 'Order not found']);
});

await step('modify', async () => {
  const reply = await api.modifyOrder({ ...limit, orderid: placed.orderid, price: '760.00', quantity: '12' });
  assert.equal(reply.data.uniqueorderid, placed.uniqueorderid);
  const row = await bookRow(placed.orderid);
  assert.deepEqual([row.price, row.quantity, row.orderstatus], [760, '12', 'open']);
  assert.ok(codesOf(placed.orderid).includes('AB04'), codesOf(placed.orderid).join());
});

await step('cancel', async () => {
  const reply = await api.cancelOrder({ variety: 'NORMAL', orderid: placed.orderid });
  assert.equal(reply.status, true);
  const row = await bookRow(placed.orderid);
  assert.deepEqual([row.orderstatus, row.cancelsize, row.filledshares], ['cancelled', '12', '0']);
  assert.equal(codesOf(placed.orderid).at(-1), 'AB02');
});

await step('place: fills, and the order stream tells', async () => {
  const reply = await api.placeOrder({ ...limit, price: '830.00', ordertag: 'sdk2' });
  await until('AB05', () => codesOf(reply.data.orderid).includes('AB05'));
  const row = await bookRow(reply.data.orderid);
  assert.deepEqual([row.orderstatus, row.filledshares], ['complete', '10']);
  assert.ok(row.averageprice < 830 && row.averageprice > 700);
  const trades = (await api.getTradeBook()).data.filter((trade) => trade.orderid === reply.data.orderid);
  assert.equal(trades.reduce((sum, trade) => sum + Number(trade.fillsize), 0), 10);
});

await step('positions', async () => {
  const { data } = await api.getPosition();
  assert.deepEqual([data.length, data[0].netqty, data[0].tradingsymbol, data[0].producttype], [1, '10', 'SBIN-EQ', 'INTRADAY']);
});

await step('a stop order, modified: status and orderstatus differ', async () => {
  const stop = { ...limit, variety: 'STOPLOSS', ordertype: 'STOPLOSS_LIMIT', transactiontype: 'SELL', price: '770.00',
    triggerprice: '771.00', ordertag: 'sdk3' };
  const reply = await api.placeOrder(stop);
  assert.equal((await bookRow(reply.data.orderid)).orderstatus, 'trigger pending');
  await api.modifyOrder({ ...stop, orderid: reply.data.orderid, price: '772.00', triggerprice: '773.00' });
  const row = await bookRow(reply.data.orderid);
  assert.deepEqual([row.status, row.orderstatus, row.triggerprice], ['modified', 'trigger pending', 773]);
});

await step('a refusal by funds comes late, in the book', async () => {
  const reply = await api.placeOrder({ ...limit, quantity: '70000', producttype: 'DELIVERY', ordertag: 'sdk4' });
  assert.equal(reply.status, true);
  const row = await bookRow(reply.data.orderid);
  assert.equal(row.orderstatus, 'rejected');
  assert.match(row.text, /Insufficient Funds/);
  assert.ok(codesOf(reply.data.orderid).includes('AB03'));
});

await step('refusals in the reply', async () => {
  for (const [change, code] of [[{ variety: 'AMO' }, 'AB1007'], [{ symboltoken: '1' }, 'AB4006'],
    [{ producttype: 'NOTHING' }, 'AB1012'], [{ ordertag: 'x'.repeat(21) }, 'AB4008']]) {
    const reply = await api.placeOrder({ ...limit, ...change });
    assert.deepEqual([reply.status, reply.errorcode, reply.data], [false, code, null]);
  }
});

await step('position conversion', async () => {
  const reply = await api.convertPosition({ ...sbin, oldproducttype: 'INTRADAY', newproducttype: 'DELIVERY',
    transactiontype: 'BUY', quantity: 4, type: 'DAY' });
  assert.deepEqual([reply.status, reply.data], [true, null]);
  await pause(1050);
  const { data } = await api.getPosition();
  assert.deepEqual(Object.fromEntries(data.map((row) => [row.producttype, row.netqty])), { DELIVERY: '4', INTRADAY: '6' });
});

await step('holdings', async () => {
  await control('/account', { holding: { symbol: 'TCS-EQ', quantity: 3, average: '3000.50' } });
  const { data } = await api.getHolding();
  assert.deepEqual([data[0].tradingsymbol, data[0].quantity, data[0].averageprice], ['TCS-EQ', 3, 3000.5]);
  const all = await api.getAllHolding();
  assert.equal(all.data.totalholding.totalinvvalue, 9001.5);
});

await step('margin and charges', async () => {
  const margin = await api.marginApi({ positions: [{ exchange: 'NSE', qty: 10, price: 800, productType: 'INTRADAY', token: '3045',
    tradeType: 'BUY' }] });
  assert.equal(margin.data.totalMarginRequired, 1600);
  const charges = await api.estimateCharges({ orders: [{ product_type: 'INTRADAY', transaction_type: 'SELL', quantity: '100',
    price: '1510', exchange: 'NSE', symbol_name: 'INFY', token: '1594' }] });
  assert.equal(charges.data.summary.trade_value, 151000);
  assert.equal(charges.data.summary.breakup.length, 3);
});

await step('GTT rules', async () => {
  const rule = { ...sbin, transactiontype: 'BUY', producttype: 'DELIVERY', price: '700', qty: '5', triggerprice: '701', disclosedqty: '0' };
  const made = await api.createRule(rule);
  assert.equal(made.status, true, JSON.stringify(made));
  const { id } = made.data;
  assert.equal((await api.modifyRule({ id, ...rule, qty: '6' })).data.id, id);
  assert.equal((await api.ruleDetails({ id })).data.qty, '6');
  const listed = await api.ruleList({ status: ['NEW'], page: 1, count: 10 });
  assert.deepEqual(listed.data.map((row) => String(row.id)), [id]);
  assert.equal((await api.cancelRule({ id, ...sbin })).status, true);
});

await step('intraday lists', async () => {
  const { data } = await api.nseIntraday();
  assert.ok(data.some((row) => row.SymbolName === 'SBIN' && row.Multiplier === '5.0'));
});

await step('a rate refusal is a plain 403', async () => {
  await pause(1050);
  await api.getHolding();
  const reply = await api.getHolding();
  assert.equal(reply.status, 403);
});

await step('instrument file', async () => {
  const reply = await request(https, 'https://margincalculator.angelone.in/OpenAPI_File/files/OpenAPIScripMaster.json');
  const rows = JSON.parse(reply.text);
  assert.ok(rows.filter((row) => row.name === 'SBIN' && row.exch_seg === 'NSE').length === 3);
});

await step('no order twice, none lost', async () => {
  const writes = (await control('/writes')).filter((write) => write.endpoint === 'placeOrder' && write.effect === 'taken');
  const orders = (await control('/book')).accounts[0].orders;
  assert.deepEqual(writes.map((write) => write.orderids), orders.map((order) => order.orderid));
  assert.deepEqual(writes.map((write) => write.ordertag), ['sdk1', 'sdk2', 'sdk3', 'sdk4']);
});

await step('log-out ends the session', async () => {
  const reply = await api.logout(ready.client_code);
  assert.equal(reply.data, 'Logout Successfully');
  const dead = await api.getProfile();
  assert.deepEqual([dead.success, dead.errorCode, dead.data], [false, 'AG8001', '']);
  assert.equal(expired, 1);
});

await step('the market stream refuses a dead session', async () => {
  const late = new WebSocketV2({ clientcode: ready.client_code, jwttoken: session.jwtToken, apikey: ready.api_key,
    feedtype: session.feedToken });
  late.customError();
  await assert.rejects(late.connect(), (event) => /401/.test(event.message));
});

marketSocket.close();
orderSocket.close();
console.log(`${steps} steps`);
process.exit(0);
