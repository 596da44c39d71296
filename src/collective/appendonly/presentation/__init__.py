"""From items of the feed to words: who, what and where, in the language of the reader, without any markup."""
