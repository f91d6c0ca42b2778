/** Storage that fails: every call in turn, full disks, files that are taken away, slow disks. */
package dev.perdure.torture.storage;
