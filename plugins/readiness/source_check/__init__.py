"""What a case system can and cannot tell, before anything is counted: the first page that a new council sees."""
