/** Holds the write lock of a database until its standard input ends. @module */
import { DatabaseSync } from 'node:sqlite';

const [, , path = '', lock = 'begin immediate'] = process.argv;
const connection = new DatabaseSync(path);
connection.exec(lock);
process.stdout.write('locked\n');
process.stdin.resume().on('end', () => {
  connection.exec('commit');
  connection.close();
});
