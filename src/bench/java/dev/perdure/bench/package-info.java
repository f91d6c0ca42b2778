/**
 * How fast Perdure is, as a ratio to the physical limit of one SQLite file that is measured just
 * before and after. It drives Perdure from outside, as its users do, and is in no archive.
 */
package dev.perdure.bench;
