"""The lab: a web page on this machine in which one drives a wedge and sees what happens, and why."""
