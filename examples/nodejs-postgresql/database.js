// How to reach the database: the relationship `database` tells.
module.exports = {
  host: process.env.DATABASE_HOST,
  port: Number(process.env.DATABASE_PORT),
  database: process.env.DATABASE_PATH,
  user: process.env.DATABASE_USERNAME,
  password: process.env.DATABASE_PASSWORD,
};
