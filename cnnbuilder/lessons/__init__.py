"""What we teach: lessons and checked exercises. The first lessons come with their own issue."""
