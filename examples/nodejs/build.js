// Renders pages/*.md to dist/*.html, and copies the style sheet.
const fs = require('fs');
const path = require('path');
const { marked } = require('marked');

const layout = (title, body) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="/assets/style.css"></head>
<body>${body}</body>
</html>
`;

fs.mkdirSync('dist/assets', { recursive: true });
fs.copyFileSync('style.css', 'dist/assets/style.css');
for (const file of fs.readdirSync('pages')) {
  const name = path.basename(file, '.md');
  const body = marked.parse(fs.readFileSync(path.join('pages', file), 'utf8'), { mangle: false, headerIds: false });
  fs.writeFileSync(path.join('dist', `${name}.html`), layout(name, body));
  console.log(`rendered pages/${file}`);
}
