/** What a start costs when very many runs are unfinished: made, killed, started again, measured. */
package dev.perdure.torture.start;
