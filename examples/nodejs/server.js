// Serves the pages that the build rendered.
const fs = require('fs');
const http = require('http');

const pages = new Map(
  fs.readdirSync('dist').filter((file) => file.endsWith('.html'))
    .map((file) => [`/${file === 'index.html' ? '' : file.slice(0, -5)}`, fs.readFileSync(`dist/${file}`)]));

const server = http.createServer((request, response) => {
  const page = pages.get(new URL(request.url, 'http://localhost').pathname);
  response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(page || '<h1>No such page</h1>\n');
});

server.listen(process.env.PORT || 8080);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections?.();
});
