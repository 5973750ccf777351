"""The frame: top bar, menus, switching workspaces, opening and closing."""
