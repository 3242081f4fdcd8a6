echo backend
