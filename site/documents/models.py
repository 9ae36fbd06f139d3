from documents.issued import IssuedDocument

__all__ = ["IssuedDocument"]
