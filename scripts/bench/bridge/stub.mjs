import { createServer } from 'node:http';
import { createGunzip } from 'node:zlib';

// What any receiver must do at least: read, inflate, answer.

const server = createServer((request, response) => {
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  let bytes = 0;
  body.on('data', (/** @type {Buffer} */ chunk) => (bytes += chunk.length));
  body.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit());
