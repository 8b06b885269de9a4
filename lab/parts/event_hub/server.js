// A stand-in for one event hub: AMQP 1.0 as azure-eventhub speaks it, in memory. Started by `lab/parts/event_hub`.
//
//   node server.js HUB PARTITIONS    prints {"amqp": port, "http": port} once it listens on 127.0.0.1
//
// AMQP: $cbs accepts any token, $management answers READ, links to HUB and HUB/Partitions/N take messages and
// batches, links from HUB/ConsumerGroups/G/Partitions/N give them again. HTTP: GET /events tells what came in.
'use strict';
const http = require('http');
const path = require('path');

// The client reads fields of a frame by position and expects all of them, and some limits, that AMQP lets a sender
// leave out.
const LIMITS = { open: { max_frame_size: 65536, channel_max: 255 }, begin: { handle_max: 255 } };
const library = path.join(process.argv[4], 'node_modules', 'rhea');
const types = require(path.join(library, 'lib', 'types.js'));
const defineComposite = types.define_composite;
types.define_composite = (definition) => {
  const composite = defineComposite(definition);
  const { described } = composite.prototype;
  composite.prototype.described = function padded() {
    for (const [name, limit] of Object.entries(LIMITS[definition.name] || {})) {
      if (this[name] === undefined || this[name] === null) this[name] = limit;
    }
    while (this.value.length < definition.fields.length) this.value.push(null);
    return described.call(this);
  };
  return composite;
};
const rhea = require(library);

const [hub, count] = [process.argv[2], Number(process.argv[3])];
const HOST = '127.0.0.1';
const BATCH_FORMAT = 0x80013700;
const partitions = Array.from({ length: count }, () => []);
const created = new Date();
const readers = new Set();
let turn = 0;

function take(message, partition) {
  const log = partitions[partition];
  const annotations = message.message_annotations || {};
  const body = Buffer.isBuffer(message.body) ? message.body : message.body.content;
  const offset = log.length ? log[log.length - 1].offset + log[log.length - 1].body.length + 64 : 0;
  log.push({
    partition, sequence_number: log.length, offset, enqueued: new Date(),
    body: Array.isArray(body) ? Buffer.concat(body) : Buffer.from(body),
    key: annotations['x-opt-partition-key'] || null,
    properties: message.application_properties || {},
  });
}

function partitionOf(address, messages) {
  const named = /\/Partitions\/(\d+)$/i.exec(address);
  if (named) return Number(named[1]);
  const key = ((messages[0].message_annotations || {})['x-opt-partition-key'] || '').toString();
  if (!key) return turn++ % count;
  return [...key].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7) % count;
}

function messagesOf(received, format) {
  if (format !== BATCH_FORMAT) return [Buffer.isBuffer(received) ? rhea.message.decode(received) : received];
  const message = rhea.message.decode(received); // a data section for each message, encoded
  const parts = Array.isArray(message.body.content) ? message.body.content : [message.body.content];
  return parts.map((part) => rhea.message.decode(part));
}

const OK = { 'status-code': 200, 'status-description': 'OK' };
const MISSING = { 'status-code': 404, 'status-description': 'The messaging entity could not be found.' };

function answer(connection, node, request, body, status = OK) {
  connection.each_sender((sender) => {
    if (sender.local.attach.source && sender.local.attach.source.value[0].value !== node) return;
    sender.send({
      correlation_id: request.message_id,
      application_properties: status,
      body,
    });
  });
}

function described(request) {
  const { type, partition } = request.application_properties;
  if (type === 'com.microsoft:eventhub') {
    const ids = partitions.map((_, number) => String(number));
    return {
      name: hub, type, created_at: rhea.types.wrap_timestamp(created.getTime()),
      partition_count: rhea.types.wrap_int(count), partition_ids: rhea.types.wrap_array(ids, 0xa1, undefined),
    };
  }
  const log = partitions[Number(partition)];
  const last = log[log.length - 1];
  return {
    name: hub, partition, type,
    begin_sequence_number: rhea.types.wrap_long(0),
    last_enqueued_sequence_number: rhea.types.wrap_long(last ? last.sequence_number : -1),
    last_enqueued_offset: String(last ? last.offset : -1),
    last_enqueued_time_utc: rhea.types.wrap_timestamp((last ? last.enqueued : created).getTime()),
    is_partition_empty: !last,
  };
}

function firstOf(filter, log) {
  const text = JSON.stringify(filter || {});
  if (text.includes('@latest')) return log.length;
  const found = /x-opt-(offset|sequence-number|enqueued-time) (>=?) '(-?\d+)'/.exec(text);
  if (!found) return 0;
  const [, name, sign, value] = found;
  const of = { offset: (e) => e.offset, 'sequence-number': (e) => e.sequence_number, 'enqueued-time': (e) => e.enqueued.getTime() };
  const place = log.findIndex((e) => (sign === '>=' ? of[name](e) >= Number(value) : of[name](e) > Number(value)));
  return place < 0 ? log.length : place;
}

function give(reader) {
  const log = partitions[reader.partition];
  while (reader.sender.sendable() && reader.next < log.length) {
    const event = log[reader.next++];
    reader.sender.send({
      message_annotations: {
        'x-opt-sequence-number': rhea.types.wrap_long(event.sequence_number),
        'x-opt-offset': String(event.offset),
        'x-opt-enqueued-time': rhea.types.wrap_timestamp(event.enqueued.getTime()),
        ...(event.key ? { 'x-opt-partition-key': event.key } : {}),
      },
      application_properties: event.properties,
      body: rhea.message.data_section(event.body),
    });
  }
}

const container = rhea.create_container({ id: 'stand-in' });
container.sasl_server_mechanisms.enable_anonymous();
container.sasl_server_mechanisms['MSSBCBS'] = () => ({ outcome: true, start: () => undefined, step: () => undefined });
container.on('receiver_open', (context) => {
  const { receiver } = context;
  const [named] = String(receiver.target.address).replace(/^\w+:\/\/[^/]+\//, '').split('/');
  if (!named.startsWith('$') && named !== hub) {
    receiver.set_target({ address: receiver.target.address });
    receiver.set_source({ address: receiver.source.address });
    receiver.close({ condition: 'amqp:not-found', description: 'The messaging entity could not be found.' });
    return;
  }
  receiver.set_target({ address: receiver.target.address });
  receiver.set_source({ address: receiver.source.address });
});
container.on('sender_open', (context) => {
  const { sender } = context;
  const address = String(sender.source.address);
  sender.set_source({ address, ...(sender.source.filter ? { filter: sender.source.filter } : {}) });
  sender.set_target({ address: sender.target.address });
  const named = /\/Partitions\/(\d+)$/i.exec(address);
  if (!named) return;
  const partition = Number(named[1]);
  const reader = { sender, partition, next: firstOf(sender.source.filter, partitions[partition]) };
  sender.telltaleReader = reader;
  readers.add(reader);
});
container.on('sender_close', (context) => readers.delete(context.sender.telltaleReader));
container.on('connection_close', () => undefined);
container.on('disconnected', () => undefined);
container.on('sendable', (context) => { if (context.sender.telltaleReader) give(context.sender.telltaleReader); });
container.on('message', (context) => {
  const address = String(context.receiver.target.address);
  if (address === '$cbs') return answer(context.connection, '$cbs', context.message, undefined);
  if (address === '$management') {
    if (context.message.application_properties.name !== hub) {
      return answer(context.connection, '$management', context.message, undefined, MISSING);
    }
    return answer(context.connection, '$management', context.message, described(context.message));
  }
  const messages = messagesOf(context.message, context.delivery.format);
  const partition = partitionOf(address, messages);
  messages.forEach((message) => take(message, partition));
  readers.forEach(give);
});

const amqp = container.listen({ port: 0, host: HOST });
const control = http.createServer((request, response) => {
  const events = partitions.flat().map((event) => ({ ...event, body: event.body.toString('base64') }));
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(events));
});
amqp.on('listening', () => control.listen(0, HOST, () => {
  process.stdout.write(JSON.stringify({ amqp: amqp.address().port, http: control.address().port }) + '\n');
}));
process.stdin.on('end', () => process.exit(0)).resume();
