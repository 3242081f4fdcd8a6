// Runs the migrations that this database has not seen yet, in the order of their names.
const fs = require('fs');
const { Client } = require('pg');

async function migrate(client) {
  await client.query('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)');
  const { rows } = await client.query('SELECT name FROM migrations');
  const done = new Set(rows.map((row) => row.name));
  for (const name of fs.readdirSync('migrations').sort()) {
    if (done.has(name)) continue;
    await client.query(fs.readFileSync(`migrations/${name}`, 'utf8'));
    await client.query('INSERT INTO migrations VALUES ($1)', [name]);
    console.log(`migration ${name} done`);
  }
}

async function main() {
  const client = new Client(require('./database'));
  await client.connect();
  await migrate(client).finally(() => client.end());
}

main().catch((error) => {
  console.error(`migration failed: ${error.message}`);
  process.exit(1);
});
