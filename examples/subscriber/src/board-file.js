// Keeps a board in a file. On AWS the same document is one item of a table, written under the version that was read.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { emptyBoard } from './board.js';

/**
 * Reads the board that was kept, or begins one.
 * @param {string | undefined} file
 * @returns {import('./board.js').Board}
 */
export function readBoard(file) {
  return file !== undefined && existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : emptyBoard();
}

/**
 * Keeps a board whole or not at all: a crash leaves the one before, and its deliveries come again.
 * @param {string} file
 * @param {import('./board.js').Board} board
 */
export function keepBoard(file, board) {
  writeFileSync(`${file}.draft`, JSON.stringify(board));
  renameSync(`${file}.draft`, file);
}
