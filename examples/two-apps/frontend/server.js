// Shows a quote that the backend picks.
const http = require('http');

const quote = () => new Promise((resolve, reject) => {
  http.get('http://backend.internal/quote', { timeout: 5000 }, (answer) => {
    let text = '';
    answer.on('data', (chunk) => { text += chunk; });
    answer.on('end', () => resolve(JSON.parse(text)));
  }).on('error', reject);
});

const server = http.createServer(async (request, response) => {
  try {
    const { text } = await quote();
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<h1>The frontend says</h1>\n<blockquote>${text}</blockquote>\n`);
  } catch (error) {
    response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end(`cannot reach the backend: ${error.message}\n`);
  }
});

server.listen(process.env.PORT || 8080);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections?.();
});
