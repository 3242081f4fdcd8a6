// A guest book: POST / writes into it, GET / reads it, GET /?q=WORD searches it.
const http = require('http');
const { Pool } = require('pg');

const TITLE = 'Hello from the guest book';
const pool = new Pool(require('./database'));
pool.on('error', (error) => console.error(`lost a connection: ${error.message}`));

async function body(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

async function answer(request) {
  if (request.method === 'POST') await pool.query('INSERT INTO entries (text) VALUES ($1)', [await body(request)]);
  const word = new URL(request.url, 'http://localhost').searchParams.get('q') || '';
  const { rows } = await pool.query('SELECT text FROM entries WHERE text ILIKE $1 ORDER BY id', [`%${word}%`]);
  return { title: TITLE, entries: rows.map((row) => row.text) };
}

const server = http.createServer((request, response) => {
  answer(request).then((page) => [200, page], (error) => [500, { error: error.message }]).then(([status, page]) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(`${JSON.stringify(page)}\n`);
  });
});

server.listen(process.env.PORT || 8080);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections?.();
});
