"""The coded evidence: claims, parameter ledger, and the trail between them."""
