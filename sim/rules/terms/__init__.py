"""The mechanisms a faction weighs, one file each."""
